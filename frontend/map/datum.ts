/** Positions are kept as satellites give them (WGS-84). Chinese street maps other than 天地图 draw in GCJ-02, some hundred
 * metres off; what lies outside China is the same in both. The published formula of that shift, forwards only. */
export type Datum = "wgs84" | "gcj02";

export interface Position {
  readonly lat: number;
  readonly lng: number;
}

const RADIUS = 6_378_245;
const ECCENTRICITY = 0.00669342162296594323;
/** The rectangle in which the shift applies, as the formula was published. */
const WEST = 72.004;
const EAST = 137.8347;
const SOUTH = 0.8293;
const NORTH = 55.8271;

/** Where a position stands on a map of this datum. */
export function shown({ lat, lng }: Position, datum: Datum): Position {
  return datum === "gcj02" ? toGcj02({ lat, lng }) : { lat, lng };
}

/** A WGS-84 position in GCJ-02. */
export function toGcj02({ lat, lng }: Position): Position {
  if (lng < WEST || lng > EAST || lat < SOUTH || lat > NORTH) return { lat, lng };
  const radians = (lat / 180) * Math.PI;
  const magic = 1 - ECCENTRICITY * Math.sin(radians) ** 2;
  const root = Math.sqrt(magic);
  const north = (northward(lng - 105, lat - 35) * 180) / (((RADIUS * (1 - ECCENTRICITY)) / (magic * root)) * Math.PI);
  const east = (eastward(lng - 105, lat - 35) * 180) / ((RADIUS / root) * Math.cos(radians) * Math.PI);
  return { lat: lat + north, lng: lng + east };
}

/** Two thirds of a sine of this height, `at` counted in half turns. */
function wave(height: number, at: number): number {
  return (height * Math.sin(at * Math.PI) * 2) / 3;
}

function northward(x: number, y: number): number {
  const plain = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x));
  const short = wave(20, 6 * x) + wave(20, 2 * x) + wave(20, y) + wave(40, y / 3);
  return plain + short + wave(160, y / 12) + wave(320, y / 30);
}

function eastward(x: number, y: number): number {
  const plain = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x));
  const short = wave(20, 6 * x) + wave(20, 2 * x) + wave(20, x) + wave(40, x / 3);
  return plain + short + wave(150, x / 12) + wave(300, x / 30);
}
