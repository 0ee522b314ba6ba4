"""Who visits whom, as the optimisation problem that it is (docs/decisions/0010). Pure: same input, same result.

Households stand in line as one walks: village by village, street by street, by door number. Everybody who can go (a
visitor, several who go together, or a whole team) takes at most one stretch of the line, so that neighbours stay
together. Among all ways of cutting the line and of handing out the stretches the best is taken:

1. as few households as possible are left over (`left`): nobody gets more than they can carry, nor a household that they
   shall not meet;
2. loads stay within the spread that was asked for (`beyond` counts what lies outside, in weight);
3. then the wishes, in the order that was asked for: villages, streets and buildings whole (`whole` counts with how many
   of them everybody has to do), given to somebody of the same village (`near`), to who was there last time (`again`);
4. and loads even within the spread (`even`).

Each is looked at only where all before are equal. `problem` states it, `windows` says what an even load is, `stretches`
turns it into a linear programme over the arcs of a path, `programme` solves that and proves that nothing is better.
`pairing` decides who goes with whom, `placing` which group gets which village, `levels` goes from the campaign down to
the visitors.
"""
