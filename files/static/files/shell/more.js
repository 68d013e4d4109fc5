/** The views that are not the first. */

import "../know/usage.js";
import "../share/links.js";
import "../share/shared.js";
