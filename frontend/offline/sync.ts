/** The tag under which the browser wakes the worker to send. */
export const SYNC = "outbox";
