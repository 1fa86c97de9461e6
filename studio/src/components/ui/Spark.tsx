import classes from "./Spark.module.css";

const HIGH = 28;
const STEP = 4;

/** Counts over time as small bars; `label` says in words what they show. */
export function Spark({ counts, label }: { counts: readonly number[]; label: string }) {
  const most = Math.max(...counts, 1);
  return (
    <svg className={classes.spark} viewBox={`0 0 ${counts.length * STEP} ${HIGH}`} preserveAspectRatio="none" role="img" aria-label={label}>
      {counts.map((count, index) => {
        const height = count ? Math.max((count / most) * HIGH, 2.5) : 1;
        return <rect key={index} className={count ? classes.bar : classes.none} x={index * STEP} y={HIGH - height} width={STEP - 1} height={height} />;
      })}
    </svg>
  );
}
