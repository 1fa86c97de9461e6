import { cpSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const SHIPPED = "node_modules/@segment/analytics-next";

/** Puts analytics.js and its lazy chunks, as npm ships them, beside what is built: tidings serves them to browsers. */
export function analytics(): Plugin {
  let root = "";
  let folder = "";
  return {
    name: "analytics",
    apply: "build",
    configResolved(config) {
      root = config.root;
      folder = join(config.root, config.build.outDir, "analytics");
    },
    writeBundle() {
      cpSync(join(root, SHIPPED, "dist/umd"), folder, { recursive: true, filter: (path) => !/\.(map|gz|ts|txt)$/.test(path) });
      cpSync(join(root, SHIPPED, "LICENSE.MD"), join(folder, "LICENSE.MD"));
    },
  };
}
