/** Putting the app on the home screen: the browser's own offer, shown where the person looks for it (我的, 待上传). Inside a
 * chat app's browser, where nothing works without a network, a hint at the system's browser. */
interface InstallEvent extends Event {
  prompt(): Promise<unknown>;
}

const CHAT = /MicroMessenger|DingTalk|QQ\/|Lark|Feishu|WeiBo|AlipayClient/i;

export function installOffer(root: ParentNode): void {
  const offer = root.querySelector<HTMLElement>("[data-install]");
  const button = offer?.querySelector<HTMLButtonElement>("button");
  window.addEventListener("beforeinstallprompt", (event) => {
    if (!offer || !button) return;
    event.preventDefault();
    offer.hidden = false;
    button.onclick = () => {
      offer.hidden = true;
      void (event as InstallEvent).prompt();
    };
  });
  const hint = root.querySelector<HTMLElement>("[data-chat-browser]");
  if (hint) hint.hidden = "serviceWorker" in navigator && !CHAT.test(navigator.userAgent);
}
