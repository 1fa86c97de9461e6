import { useEffect, useRef, useState } from "react";
import classes from "./HtmlFrame.module.css";
import { paint } from "./paint";
import { hasRemote, useRemotePictures } from "./remote";
import { RemoteNote } from "./RemoteNote";

interface Props {
  html: string;
  title: string;
  dark?: boolean;
  /** In pixels; as wide as there is room where it is not said. */
  width?: number | undefined;
  /** Something around it draws the frame. */
  bare?: boolean;
}

/** Shows HTML that others wrote, with its own styles, as high as it is; pictures of other servers when somebody says so. */
export function HtmlFrame({ html, ...rest }: Props) {
  const { shown, show } = useRemotePictures();
  return (
    <>
      {hasRemote(html) && <RemoteNote shown={shown} show={show} />}
      <Frame key={String(shown)} html={html} remote={shown} {...rest} />
    </>
  );
}

/**
 * The frame is an empty page of ours under a policy and a sandbox in which nothing runs; it is filled from here. Which
 * policy, whether it lets pictures of other servers in, its address says.
 */
function Frame({ html, title, dark = false, width, bare = false, remote }: Props & { remote: boolean }) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [loaded, setLoaded] = useState(false);
  const [height, setHeight] = useState(160);

  useEffect(() => {
    const inside = frame.current?.contentDocument;
    if (!loaded || !inside) return undefined;
    paint(inside, html, { title, dark, remote });
    const measure = () => setHeight(Math.max(80, inside.documentElement.offsetHeight));
    const watch = new ResizeObserver(measure);
    watch.observe(inside.body);
    return () => watch.disconnect();
  }, [html, title, dark, remote, loaded]);

  return (
    <iframe
      ref={frame}
      className={classes.frame}
      data-bare={bare || undefined}
      title={title}
      src={remote ? "/studio/frame?pictures=remote" : "/studio/frame"}
      sandbox="allow-same-origin" // to be filled from here; scripts, forms and links do nothing
      onLoad={() => setLoaded(true)}
      style={{ height, colorScheme: dark ? "dark" : "light", ...(width === undefined ? {} : { width }) }}
    />
  );
}
