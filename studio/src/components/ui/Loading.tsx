import { Skeleton, Stack, VisuallyHidden } from "@mantine/core";

/** Something is on its way. */
export function Loading({ lines = 6 }: { lines?: number }) {
  return (
    <Stack gap="sm" role="status" aria-busy>
      <VisuallyHidden>Loading</VisuallyHidden>
      {Array.from({ length: lines }, (_, index) => (
        <Skeleton key={index} height={index ? 18 : 28} width={index ? `${100 - ((index * 17) % 40)}%` : "30%"} />
      ))}
    </Stack>
  );
}
