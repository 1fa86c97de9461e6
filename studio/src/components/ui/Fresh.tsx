import { Affix, Button, VisuallyHidden } from "@mantine/core";
import { IconArrowUp } from "@tabler/icons-react";

interface Props {
  count: number;
  /** What has come: the words for one, and for several. */
  of: readonly [one: string, several: string];
  show: () => void;
}

/** Says that something has come above, without moving what is being read; pressing it goes there. */
export function Fresh({ count, of: [one, several], show }: Props) {
  const words = count === 0 ? "" : count === 1 ? `1 ${one}` : `${count} ${several}`;
  return (
    <>
      <VisuallyHidden role="status">{words}</VisuallyHidden>
      {words && (
        <Affix position={{ top: 16, left: 0, right: 0 }} w="max-content" mx="auto">
          <Button
            radius="xl"
            leftSection={<IconArrowUp size={16} aria-hidden />}
            onClick={() => {
              show();
              window.scrollTo({ top: 0 });
            }}
          >
            {words}
          </Button>
        </Affix>
      )}
    </>
  );
}
