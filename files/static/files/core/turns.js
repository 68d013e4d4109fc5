/** Answers come in any order: that to the last question counts. */

export class Turns {
  #last = 0;

  /** @returns {() => boolean} whether nothing was asked since */
  begin() {
    const turn = (this.#last += 1);
    return () => turn === this.#last;
  }
}
