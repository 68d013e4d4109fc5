/** What a tab of the details is about; it is asked for again when another is looked at, or it has changed. */

import { Part } from "../core/part.js";
import { sentence } from "../core/refusals.js";

export class Subject extends Part {
  /** @type {Record<string, object>} */
  static properties = { name: {}, failure: { state: true }, busy: { state: true } };

  constructor() {
    super();
    this.name = "";
    this.failure = "";
    this.busy = false;
    this.shown = "";
  }

  /** @returns {import("./operations.js").Home} */
  get home() {
    const { account, container } = this.state.route;
    return { account, container };
  }

  /** @returns {string} the object: of a folder the one that marks it */
  get object() {
    return this.name.endsWith("/") ? this.name.slice(0, -1) : this.name;
  }

  willUpdate() {
    const { account, container } = this.state.route;
    const shown = JSON.stringify([account, container, this.name, this.state.revision]);
    if (shown === this.shown) return;
    this.shown = shown;
    this.perform(() => this.load());
  }

  async load() {}

  /**
   * Do it; what the store refuses is said here.
   *
   * @param {() => Promise<void>} act
   */
  async perform(act) {
    this.busy = true;
    this.failure = "";
    try {
      await act();
    } catch (error) {
      this.failure = this.refused(error);
    } finally {
      this.busy = false;
      this.requestUpdate();
    }
  }

  /**
   * @param {unknown} error
   * @returns {string}
   */
  refused(error) {
    return sentence(error);
  }
}
