import { PasswordInput } from "@mantine/core";

interface Props {
  value: string;
  change: (password: string) => void;
  label?: string;
  description?: string;
}

/** A password that is chosen now; the server refuses what is shorter. */
export function NewPassword({ value, change, label = "Password", description = "12 characters or more. A sentence is good." }: Props) {
  return (
    <PasswordInput
      label={label}
      description={description}
      value={value}
      onChange={(event) => change(event.currentTarget.value)}
      autoComplete="new-password"
      minLength={12}
      required
    />
  );
}
