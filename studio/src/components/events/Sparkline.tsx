import classes from "./events.module.css";

const BAR = 5; // of the drawing's own units; a gap is 2
const HEIGHT = 24;

interface Props {
  counts: readonly number[];
  /** What is drawn, for those who cannot see it. */
  label: string;
}

/** Counts as small bars, each against the largest. */
export function Sparkline({ counts, label }: Props) {
  const most = Math.max(...counts, 1);
  return (
    <svg className={classes.sparkline} role="img" aria-label={label} viewBox={`0 0 ${counts.length * (BAR + 2)} ${HEIGHT}`} preserveAspectRatio="none">
      {counts.map((count, place) => {
        const height = count === 0 ? 1 : Math.max((count / most) * HEIGHT, 2);
        return <rect key={place} data-none={count === 0 || undefined} x={place * (BAR + 2)} y={HEIGHT - height} width={BAR} height={height} rx={1} />;
      })}
    </svg>
  );
}
