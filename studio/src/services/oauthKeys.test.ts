import { expect, test } from "vitest";
import { settingsOf } from "./oauthKeys";

test("settings can be pasted, whatever an app is called", () => {
  const key = { id: "ok_1", auth_server: "https://tidings.test", client_id: "it's\\", key_id: "key_1", fingerprint: "", public_key: "", created: 0 };

  expect(settingsOf(key)).toBe("authServer: 'https://tidings.test',\nclientId: 'it\\'s\\\\',\nkeyId: 'key_1',");
});
