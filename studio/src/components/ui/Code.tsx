import { ActionIcon, Box, CopyButton, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import classes from "./Code.module.css";

interface Props {
  children: string;
  /** What it is, for those who cannot see it. */
  label?: string;
  /** Break long lines rather than scroll. */
  wrap?: boolean;
}

/** Text to be typed or pasted somewhere, with a button that copies it. */
export function Code({ children, label = "Code", wrap = false }: Props) {
  return (
    <Box className={classes.box}>
      <pre className={classes.text} data-wrap={wrap || undefined} tabIndex={0} role="region" aria-label={label}>
        {children}
      </pre>
      <CopyButton value={children} timeout={1500}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? "Copied" : "Copy"}>
            <ActionIcon className={classes.copy} variant="default" aria-label={copied ? "Copied" : "Copy"} onClick={copy}>
              {copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </Box>
  );
}
