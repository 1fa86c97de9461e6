import { UnstyledButton } from "@mantine/core";
import { IconPhoto } from "@tabler/icons-react";
import { type CSSProperties, useState } from "react";
import classes from "./Picture.module.css";
import { isRemote, useRemotePictures } from "./remote";

interface Props {
  src: string;
  alt: string;
  className?: string | undefined;
  style?: CSSProperties;
}

/** A picture that a template names. One of another server is loaded when somebody says so, in a frame that may. */
export function Picture({ src, alt, className, style }: Props) {
  const { shown, show } = useRemotePictures();
  if (!isRemote(src)) return <img src={src} alt={alt} className={className} style={style} />;
  if (shown) return <Framed key={src} src={src} alt={alt} className={className} {...(style && { style })} />;
  return (
    <UnstyledButton className={`${classes.unshown ?? ""} ${className ?? ""}`} style={style} title={src} aria-label={`Show remote pictures, such as ${alt || src}`} onClick={() => show(true)}>
      <IconPhoto size={24} stroke={1.4} aria-hidden />
      <span className={classes.words}>Show remote pictures</span>
    </UnstyledButton>
  );
}

const FILL = "margin: 0; display: block; width: 100%; height: 100%; object-fit: cover;";

function Framed({ src, alt, className, style }: Props) {
  const [size, setSize] = useState({ width: 300, height: 150 });
  const fill = (inside: Document | null) => {
    if (!inside) return;
    const picture = inside.createElement("img");
    picture.alt = alt;
    picture.style.cssText = FILL;
    picture.onload = () => setSize({ width: picture.naturalWidth, height: picture.naturalHeight });
    picture.src = src;
    inside.documentElement.style.height = "100%";
    inside.body.style.cssText = "margin: 0; height: 100%;";
    inside.body.replaceChildren(picture);
  };
  return (
    <iframe
      className={`${classes.framed ?? ""} ${className ?? ""}`}
      title={alt || "A picture"}
      src="/studio/frame?pictures=remote"
      sandbox="allow-same-origin"
      tabIndex={-1}
      onLoad={(event) => fill(event.currentTarget.contentDocument)}
      // A property of ours: what the class or the style says of the width goes before.
      style={{ ["--picture-width" as string]: `${size.width}px`, aspectRatio: `${size.width} / ${size.height}`, ...style }}
    />
  );
}
