/** What the address of a module of Imago's own begins with: its name from `src/` follows, which lies elsewhere once it is compiled. */
export const ownEntry = "imago-entry:";
