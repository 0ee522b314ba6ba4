/** The note of a sign-out that the server has not heard of yet: it was done without a network. */
export const LEAVING = "leaving";
