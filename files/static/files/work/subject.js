/** What a tab of the details is about; it is asked for again when another is looked at, or it has changed. */

import { Part } from "../core/part.js";
import { sentence } from "../core/refusals.js";
import { Turns } from "../core/turns.js";

export class Subject extends Part {
  /** @type {Record<string, object>} */
  static properties = { name: {}, failure: { state: true }, acts: { state: true } };

  constructor() {
    super();
    this.name = "";
    this.failure = "";
    this.acts = 0; // under way
    this.known = false; // whether what it shows is of this subject
    this.subject = "";
    this.revision = 0;
    this.turns = new Turns();
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

  get busy() {
    return this.acts > 0;
  }

  willUpdate() {
    const { account, container } = this.state.route;
    const subject = JSON.stringify([account, container, this.name]);
    const { revision } = this.state;
    if (subject === this.subject && revision === this.revision) return;
    if (subject !== this.subject) this.known = false;
    this.subject = subject;
    this.revision = revision;
    this.reload();
  }

  /** @returns {Promise<object>} what is known of it, by the names of properties */
  async load() {
    return {};
  }

  /** Ask for it again; what is said of the subject before comes to nothing. */
  reload() {
    const isLast = this.turns.begin();
    return this.perform(async () => {
      const told = await this.load().catch((error) => {
        if (isLast()) throw error;
        return {};
      });
      if (isLast()) Object.assign(this, told, { known: true });
    });
  }

  /**
   * Do it; what the store refuses is said here.
   *
   * @param {() => Promise<void>} act
   */
  async perform(act) {
    this.acts += 1;
    this.failure = "";
    try {
      await act();
    } catch (error) {
      this.failure = this.refused(error);
    } finally {
      this.acts -= 1;
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
