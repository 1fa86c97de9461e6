import { IconPhoto } from "@tabler/icons-react";
import { ImageSource } from "#/components/designer/ImageSource";
import { Picture } from "#/components/ui/Picture";
import type { InspectorProps, Kind, ViewProps } from "../kind";
import { textOf } from "../node";
import { AlignField, color, ColorField, css, LineField, SizeField } from "./fields";
import classes from "./nodes.module.css";

function View({ node }: ViewProps) {
  const src = textOf(node, "src");
  const alt = textOf(node, "alt_text");
  const isShown = /^https:\/\/\S+$/.test(src) && !src.includes("{") || src.startsWith("/assets/");
  return (
    <div className={classes.image} data-align={textOf(node, "align") || "center"} style={{ padding: css(node, "padding") }}>
      {isShown ? (
        <Picture
          src={src}
          alt={alt}
          style={{ width: css(node, "width"), border: node.border_color || node.border_size ? `${css(node, "border_size") ?? "1px"} solid ${color(node, "border_color") ?? "#e5e7eb"}` : undefined }}
        />
      ) : (
        <div className={classes.noImage}>
          <IconPhoto size={28} stroke={1.4} aria-hidden />
          <span>{src || alt || "A picture: say where it is, at the right"}</span>
        </div>
      )}
    </div>
  );
}

function Inspector(props: InspectorProps) {
  return (
    <>
      <ImageSource {...props} />
      <LineField {...props} field="alt_text" label="Words in its place" description="For those who cannot see it, and for channels without pictures" />
      <LineField {...props} field="href" label="Leads to" placeholder="nowhere" />
      <SizeField {...props} field="width" label="Width" placeholder="such as 60% or 200px" />
      <AlignField {...props} standard="center" />
      <ColorField {...props} field="border_color" label="Border" placeholder="none" />
      <SizeField {...props} field="border_size" label="Border width" />
      <SizeField {...props} field="padding" label="Padding" placeholder="such as 8px 16px" />
    </>
  );
}

export const image: Kind = {
  type: "image",
  label: "Image",
  hint: "A picture, by its address",
  icon: IconPhoto,
  words: "picture photo logo",
  make: () => ({ type: "image", src: "" }),
  View,
  Inspector,
  summary: (node) => textOf(node, "alt_text") || textOf(node, "src"),
};
