// What this page uses of Lit, for tsc; lit.js itself comes as one file without types.
export interface TemplateResult {
  readonly strings: TemplateStringsArray;
}
export type Rendered = TemplateResult | typeof nothing | string | number | null | undefined | DirectiveResult | Rendered[];
export interface DirectiveResult {
  readonly values: unknown[];
}
export const nothing: unique symbol;
export function html(strings: TemplateStringsArray, ...values: unknown[]): TemplateResult;
export function svg(strings: TemplateStringsArray, ...values: unknown[]): TemplateResult;
export function repeat<T>(items: Iterable<T>, key: (item: T, index: number) => unknown, template: (item: T, index: number) => unknown): DirectiveResult;
export function live(value: unknown): DirectiveResult;
export function ref(callback: (element?: Element) => void): DirectiveResult;
export function ifDefined(value: unknown): unknown;
export class LitElement extends HTMLElement {
  static properties: Record<string, object>;
  readonly isConnected: boolean;
  readonly updateComplete: Promise<boolean>;
  protected createRenderRoot(): HTMLElement | DocumentFragment;
  requestUpdate(): void;
  connectedCallback(): void;
  disconnectedCallback(): void;
  protected render(): unknown;
  protected firstUpdated(changed: Map<string, unknown>): void;
  protected updated(changed: Map<string, unknown>): void;
  protected willUpdate(changed: Map<string, unknown>): void;
}
export class Directive {
  render(...values: unknown[]): unknown;
}
export function directive(made: typeof Directive | (new () => { render(): unknown })): (...values: never[]) => DirectiveResult;
