/** Workers import a compiled module where others would fetch one. */
declare module '*.wasm' {
  const module: WebAssembly.Module
  export default module
}
