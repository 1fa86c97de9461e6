import { useEffect, useRef, useState } from "react";
import { paint } from "./paint";

interface Props {
  html: string;
  title: string;
  dark?: boolean;
  width?: number | undefined;
}

const BLANK = "<!doctype html><html><head></head><body></body></html>";

/** An email as mailboxes show it, in a frame in which nothing runs. */
export function EmailFrame({ html, title, dark = false, width }: Props) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [height, setHeight] = useState(240);
  const [isLoaded, setLoaded] = useState(false);

  useEffect(() => {
    const inside = frame.current?.contentDocument;
    if (!inside || !isLoaded) return undefined;
    paint(inside, html, { dark });
    const measure = () => setHeight(Math.max(120, Math.ceil(inside.body.getBoundingClientRect().bottom)));
    const watch = new ResizeObserver(measure);
    watch.observe(inside.body);
    return () => watch.disconnect();
  }, [html, dark, isLoaded]);

  return (
    <iframe
      ref={frame}
      title={title}
      sandbox="allow-same-origin" // to be painted from here; scripts, forms and links do nothing
      srcDoc={BLANK}
      onLoad={() => setLoaded(true)}
      style={{ display: "block", width: width ?? "100%", maxWidth: "100%", height, border: 0, margin: "0 auto", colorScheme: dark ? "dark" : "light" }}
    />
  );
}
