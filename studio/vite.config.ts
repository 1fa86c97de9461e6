import { tanstackRouter } from "@tanstack/router-plugin/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { analytics } from "./build/analytics.ts";
import { pack } from "./build/pack.ts";

const SERVER = process.env.TIDINGS_URL ?? "http://127.0.0.1:8000";

export default defineConfig({
  base: "/studio/",
  resolve: { alias: { "#": new URL("src", import.meta.url).pathname } },
  plugins: [tanstackRouter({ target: "react" }), react(), pack(), analytics()],
  build: {
    outDir: "../src/tidings/api/studio/dist",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1500, // kB; what counts is the first screen, which build/pack.ts weighs
  },
  server: {
    port: 5173,
    host: "127.0.0.1",
    proxy: { "^/(?!studio/)": SERVER, "^/studio/(session|frame(\\?|$)|\\?token=)": SERVER },
  },
  test: {
    environment: "happy-dom",
    setupFiles: ["src/testing.setup.ts"],
    restoreMocks: true,
  },
});
