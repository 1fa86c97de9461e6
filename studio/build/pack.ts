import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin, Rollup } from "vite";

const FIRST_SCREEN_MAX = 350 * 1024; // bytes after gzip, of all that Home needs before it shows

/** Compresses every asset once, so that no request has to; and fails when the first screen grows too heavy. */
export function pack(): Plugin {
  let folder = "";
  return {
    name: "pack",
    apply: "build",
    configResolved(config) {
      folder = join(config.root, config.build.outDir, config.build.assetsDir);
    },
    writeBundle(_, bundle) {
      const sizes = new Map(readdirSync(folder).map((name) => [name, compress(join(folder, name))]));
      const needed = firstScreen(bundle);
      const total = needed.reduce((sum, file) => sum + (sizes.get(file.replace(/^.*\//, "")) ?? 0), 0);
      this.info(`first screen: ${kilobytes(total)} of ${kilobytes(FIRST_SCREEN_MAX)} after gzip, in ${needed.length} files`);
      if (total > FIRST_SCREEN_MAX) this.error(`the first screen may weigh ${kilobytes(FIRST_SCREEN_MAX)}: load some of it later`);
    },
  };
}

/** Writes `<file>.br` and `<file>.gz`; gives the bytes of the latter. */
function compress(file: string): number {
  const raw = readFileSync(file);
  const zipped = gzipSync(raw, { level: 9 });
  writeFileSync(`${file}.gz`, zipped);
  writeFileSync(`${file}.br`, brotliCompressSync(raw, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
  return zipped.byteLength;
}

/** Lists the files that Home loads: the entry, the route's own chunk, what these import, and their styles. */
export function firstScreen(bundle: Rollup.OutputBundle): string[] {
  const found = new Set<string>();
  const visit = (name: string): void => {
    const chunk = bundle[name];
    if (found.has(name) || chunk?.type !== "chunk") return;
    found.add(name);
    for (const style of chunk.viteMetadata?.importedCss ?? []) found.add(style);
    chunk.imports.forEach(visit);
  };
  for (const chunk of Object.values(bundle)) {
    const home = chunk.type === "chunk" && (chunk.facadeModuleId ?? "").includes("/routes/index.tsx");
    if (chunk.type === "chunk" && (chunk.isEntry || home)) visit(chunk.fileName);
  }
  return [...found];
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(0)} kB`;
}
