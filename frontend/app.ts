import { autogrow } from "./autogrow.ts";
import { closingSheets } from "./closing-sheets.ts";
import { copyButtons } from "./copy-button.ts";
import { fileNames } from "./file-name.ts";
import { filterForms } from "./filter-form.ts";
import { flashes } from "./flash.ts";
import { keptTicks } from "./kept-ticks.ts";
import { offline } from "./offline/index.ts";
import { revisitForms } from "./offline/revisit-form.ts";
import { people } from "./people.ts";
import { passwordToggles } from "./password-toggle.ts";
import { printButtons } from "./print-button.ts";
import { progress } from "./progress.ts";
import { proposals } from "./proposals.ts";
import { selections } from "./selection.ts";
import { submitOnce } from "./submit-once.ts";
import { tabs } from "./tabs.ts";
import { triageDesk } from "./triage.ts";
import { visitForms } from "./visits/form.ts";
import { keyingForms } from "./visits/keying.ts";

/** What scripts add to a part of a page; also to one that was brought up to date in place. */
function enhance(root: ParentNode): void {
  passwordToggles(root);
  autogrow(root);
  filterForms(root);
  proposals(root);
  progress(root);
  keptTicks(root);
  selections(root);
  tabs(root);
  people(root);
  printButtons(root);
  copyButtons(root);
  fileNames(root);
  flashes(root);
  visitForms(root);
  keyingForms(root);
  revisitForms(root);
}

document.documentElement.dataset["script"] = "on";
submitOnce(document);
closingSheets(document);
enhance(document);
triageDesk(document);
void offline(document, enhance);
