declare module "wasm" {
  export default function init(options: { module_or_path: ArrayBuffer }): Promise<unknown>;
  export function check(files: string, options: string): string;
  export function explain(rule: string): string;
}
