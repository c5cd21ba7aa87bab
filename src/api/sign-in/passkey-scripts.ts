/** Scripts of pages with passkeys: the button appears where the browser knows passkeys as JSON (WebAuthn Level 3). */

const SHARED = `
const button = document.getElementById("passkey");
const tell = (text) => { document.getElementById("passkey-status").textContent = text; };
const post = (path, body) => fetch("/api/auth/passkey/" + path,
  { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
const read = async (path) => {
  const answer = await fetch("/api/auth/passkey/" + path);
  if (!answer.ok) throw new Error((await answer.json()).message);
  return answer.json();
};
// Passkeys belong to names of hosts.
const hasName = !/^[0-9.]+$|:/.test(location.hostname);
const onClick = (work, failure) => button.addEventListener("click", async () => {
  button.disabled = true;
  tell("");
  try { await work(); } catch (error) { tell(failure); button.disabled = false; }
});`;

export const SIGN_IN_SCRIPT = `${SHARED}
if (hasName && window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
  button.hidden = false;
  onClick(async () => {
    const options = await read("generate-authenticate-options");
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON({ ...options, userVerification: "required" });
    const credential = await navigator.credentials.get({ publicKey });
    const answer = await post("verify-authentication", { response: credential.toJSON() });
    if (!answer.ok) throw new Error("refused");
    location.assign(button.dataset.returnTo);
  }, "That passkey did not sign you in. Use your password.");
}`;

export const ADD_PASSKEY_SCRIPT = `${SHARED}
if (hasName && window.PublicKeyCredential?.parseCreationOptionsFromJSON) {
  document.getElementById("passkey-form").hidden = false;
  onClick(async () => {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(await read("generate-register-options"));
    const credential = await navigator.credentials.create({ publicKey });
    const name = document.getElementById("passkey-name").value;
    const answer = await post("verify-registration", { response: credential.toJSON(), name });
    if (!answer.ok) throw new Error("refused");
    location.assign("/account");
  }, "No passkey was added. If you signed in more than a day ago, sign in again first.");
}`;
