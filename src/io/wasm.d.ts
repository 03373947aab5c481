/** The part of the WebAssembly JavaScript API that is used; lib "dom" would bring a browser along. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
    static imports(module: Module): readonly { readonly module: string; readonly name: string }[];
  }
  class Instance {
    constructor(module: Module);
    readonly exports: unknown;
  }
}
