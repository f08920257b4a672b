// `npm start`: installs what is missing, builds when sources are newer than the last build, serves, prints the address.
import { madeAt, newest, toolFiles } from "./newest.mjs";
import { root, setup } from "./setup.mjs";
import { endWithParent } from "./with-parent.mjs";

setup();
if (madeAt("dist/index.html") < newest(["src", "public", "index.html", ...toolFiles])) {
  console.log("Building natlens ...");
  const { buildPage } = await import("./build.mjs");
  await buildPage("hosted");
}

const { preview } = await import("vite");
const server = await preview({
  root,
  configFile: false,
  build: { outDir: "dist" },
  preview: { host: "127.0.0.1", port: 4173, strictPort: false }, // the first free port from here
  logLevel: "warn",
});
for (const address of server.resolvedUrls?.local ?? []) console.log(`natlens is served at ${address}`);
console.log("Stop it with Ctrl-C.");

endWithParent(() => {
  server.close().finally(() => process.exit(0));
  setTimeout(() => process.exit(0), 2000).unref(); // a browser may hold its connection open
});
