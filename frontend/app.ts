import { autogrow } from "./autogrow.ts";
import { closingSheets } from "./closing-sheets.ts";
import { fileNames } from "./file-name.ts";
import { filterForms } from "./filter-form.ts";
import { flashes } from "./flash.ts";
import { passwordToggles } from "./password-toggle.ts";
import { selections } from "./selection.ts";
import { submitOnce } from "./submit-once.ts";

document.documentElement.dataset["script"] = "on";
submitOnce(document);
closingSheets(document);
passwordToggles(document);
autogrow(document);
filterForms(document);
selections(document);
fileNames(document);
flashes(document);
