/** A photo as it is kept and sent: upright, at most 1,600 px, a JPEG made anew, so that nothing of where and when it was
 * taken goes along. */
const LONGEST_SIDE = 1600;
const QUALITY = 0.8;

export interface Shrunk {
  readonly bytes: ArrayBuffer;
  readonly type: string;
  readonly sha256: string;
}

/** Null for what this browser cannot read as a picture. */
export async function shrink(file: Blob): Promise<Shrunk | null> {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (!picture) return null;
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const pen = canvas.getContext("2d");
  if (!pen) return null;
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  if (!blob) return null;
  const bytes = await blob.arrayBuffer();
  return { bytes, type: "image/jpeg", sha256: hex(await crypto.subtle.digest("SHA-256", bytes)) };
}

export function hex(bytes: ArrayBuffer): string {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
