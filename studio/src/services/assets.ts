import { answer, api, type Schemas } from "#/api/client";

/** Keeps a picture, and answers where it is; `url` is null while nobody said at which address tidings is reached. */
export function uploadPicture(file: File): Promise<Schemas["AssetAnswer"]> {
  return answer(
    api.POST("/assets", {
      params: { query: { name: file.name } },
      body: file as unknown as string, // what is binary is called a string in descriptions
      bodySerializer: () => file, // it goes as it is
      headers: { "Content-Type": file.type },
    }),
  );
}
