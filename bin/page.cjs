// What a bundler for pages takes in the place of Imago, whose code would only fail there one piece after the other.
throw new Error(
  "Imago does not run in a page yet: it needs Node.js. Run it on a server, and send the page what comes of it.",
);
