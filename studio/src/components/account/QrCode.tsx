import { useMemo } from "react";
import { encode } from "uqr";

interface Props {
  children: string;
  /** What it is, for those who cannot see it. */
  label: string;
}

/** A QR code, drawn here: black on white, whatever the scheme, since cameras want it so. */
export function QrCode({ children, label }: Props) {
  const { size, path } = useMemo(() => {
    const { data, size } = encode(children, { border: 3 });
    const dark = data.flatMap((row, y) => row.flatMap((filled, x) => (filled ? [`M${x} ${y}h1v1h-1z`] : [])));
    return { size, path: dark.join("") };
  }, [children]);
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} width={208} height={208} shapeRendering="crispEdges">
      <rect width={size} height={size} fill="#fff" rx={2} />
      <path d={path} fill="#000" />
    </svg>
  );
}
