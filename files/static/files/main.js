/** The page begins: who it is for, in which language, and where. */

import { startRouter } from "./core/router.js";
import { store } from "./core/store.js";
import { speak } from "./core/words.js";

const { account = "", name = "", operator } = /** @type {HTMLElement} */ (document.querySelector("pithos-files")).dataset;
store.set({ account, name, operator: operator !== undefined, online: navigator.onLine });
await speak(document.documentElement.lang);
startRouter();
await import("./shell/app.js");
