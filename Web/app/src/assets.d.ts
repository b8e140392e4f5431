/** What Vite makes of files that are no modules. */
declare module '*.css';

declare module '*?url' {
  export default address;
  const address: string;
}
