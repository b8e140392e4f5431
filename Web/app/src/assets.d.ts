/** What Vite makes of files that are no modules. */
declare module '*.css';

declare module '*?url' {
  const address: string;
  export { address as default };
}
