import { useEffect, useRef, useState } from "react";
import classes from "./HtmlFrame.module.css";
import { uncounted } from "./uncounted";

interface Props {
  html: string;
  title: string;
}

const STILL = "a, area { pointer-events: none; }"; // a preview leads nowhere

/**
 * Shows HTML that others wrote, with its own styles, as high as it is. The frame is an empty page of ours under a policy
 * and a sandbox in which nothing runs; it is filled from here.
 */
export function HtmlFrame({ html, title }: Props) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [loaded, setLoaded] = useState(false);
  const [height, setHeight] = useState(160);

  useEffect(() => {
    const inside = frame.current?.contentDocument;
    if (!loaded || !inside) return;
    inside.documentElement.innerHTML = uncounted(html);
    const still = inside.createElement("style");
    still.textContent = STILL;
    inside.head.append(still);
    inside.title = title;
    for (const link of inside.links) link.tabIndex = -1;
    const measure = () => setHeight(Math.max(80, inside.documentElement.scrollHeight));
    const watch = new ResizeObserver(measure);
    watch.observe(inside.body);
    return () => watch.disconnect();
  }, [html, title, loaded]);

  return (
    <iframe ref={frame} className={classes.frame} title={title} src="/studio/frame" sandbox="allow-same-origin" onLoad={() => setLoaded(true)} style={{ height }} />
  );
}
