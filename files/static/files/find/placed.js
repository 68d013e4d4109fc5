/** Places of elements, set by script: the page's policy takes no style in HTML. */

import { Directive, directive } from "../vendor/lit.js";

/** @typedef {{top?: number, height?: number, indent?: number, width?: number, left?: number}} Place pixels; width and left: percent */

class Placed extends Directive {
  render() {
    return undefined;
  }

  /**
   * @param {{element: HTMLElement}} part
   * @param {[Place]} places
   */
  update({ element }, [{ top, height, indent, width, left }]) {
    if (top !== undefined) element.style.transform = `translateY(${top}px)`;
    if (height !== undefined) element.style.height = `${height}px`;
    if (indent !== undefined) element.style.setProperty("--indent", String(indent));
    if (width !== undefined) element.style.width = `${width}%`;
    if (left !== undefined) element.style.left = `${left}%`;
    return this.render();
  }
}

export const place = /** @type {(place: Place) => unknown} */ (directive(Placed));
