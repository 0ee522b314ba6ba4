/** Going on to another page from a form that was saved, and saying there what became of it. */
import { say } from "./words.ts";

const TOLD = "told";

/** Go to a page, which then says the word: nothing of whom it is about. */
export function goTo(path: string, word: string): void {
  sessionStorage.setItem(TOLD, word);
  location.assign(path);
}

/** Say what the page before left to say. */
export function sayTold(document: Document): void {
  const word = sessionStorage.getItem(TOLD);
  sessionStorage.removeItem(TOLD);
  if (word) sayHere(document, word);
}

/** Say something where pages say what was done. */
export function sayHere(document: Document, word: string): void {
  const place = document.querySelector<HTMLElement>(".flashes");
  const pattern = document.querySelector<HTMLTemplateElement>("#told");
  const note = pattern?.content.firstElementChild?.cloneNode(true);
  if (!place || !(note instanceof HTMLElement)) return;
  const text = note.querySelector(".alert-text");
  if (text) text.textContent = say(word);
  place.replaceChildren(note);
}

/** An answer that may come soon, or null when it takes longer: nobody waits for the network to save. */
export function within<T>(milliseconds: number, answer: Promise<T>): Promise<T | null> {
  return Promise.race([answer, new Promise<null>((done) => setTimeout(() => done(null), milliseconds))]);
}
