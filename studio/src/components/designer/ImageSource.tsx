import { Button, FileButton, Stack } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { Failure } from "#/components/ui/Failure";
import type { InspectorProps } from "#/elemental/kind";
import { LineField } from "#/elemental/nodes/fields";
import { uploadPicture } from "#/services/assets";

/** Where a picture is: an address, or a file that is kept here. */
export function ImageSource(props: InspectorProps) {
  const upload = useMutation({
    mutationFn: async (file: File) => {
      const { url } = await uploadPicture(file);
      if (!url) throw new Error("The picture is kept, but mailboxes would not find it: set public_url to the address at which tidings is reached.");
      return url;
    },
    onSuccess: (src) => props.change({ src }),
  });
  return (
    <Stack gap={6}>
      <LineField {...props} field="src" label="Address of the picture" placeholder="https://…" required />
      <FileButton accept="image/png,image/jpeg,image/gif,image/webp" onChange={(file) => file && upload.mutate(file)}>
        {(button) => (
          <Button {...button} size="xs" variant="default" loading={upload.isPending} leftSection={<IconUpload size={14} aria-hidden />}>
            Upload a picture
          </Button>
        )}
      </FileButton>
      {upload.isError && <Failure error={upload.error} title="The picture was not taken over" />}
    </Stack>
  );
}
