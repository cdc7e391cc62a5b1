// Domains at which anybody gets a mailbox, so that an address there says nothing about an employer. Data only. Source:
// the domains that the providers name in their own help pages, for providers with a public sign-up. Rule: a provider's
// country domains are listed one by one; a domain that a company also uses for its staff stays out.

export const FREE_MAIL: ReadonlySet<string> = new Set(
  `
  gmail.com googlemail.com
  outlook.com outlook.de outlook.fr outlook.es outlook.it outlook.pt outlook.jp hotmail.com hotmail.co.uk hotmail.de
  hotmail.fr hotmail.es hotmail.it live.com live.co.uk live.de live.fr live.it live.nl msn.com passport.com
  yahoo.com yahoo.co.uk yahoo.co.in yahoo.in yahoo.de yahoo.fr yahoo.es yahoo.it yahoo.ca yahoo.com.br yahoo.com.au
  yahoo.com.mx yahoo.com.ar yahoo.co.jp yahoo.co.id ymail.com rocketmail.com myyahoo.com aol.com aim.com
  icloud.com me.com mac.com privaterelay.appleid.com
  proton.me protonmail.com protonmail.ch pm.me tutanota.com tutanota.de tuta.com tuta.io tutamail.com
  fastmail.com fastmail.fm hushmail.com hey.com zoho.com zohomail.com zohomail.eu mail.com email.com usa.com
  gmx.com gmx.de gmx.net gmx.at gmx.ch gmx.fr web.de freenet.de t-online.de posteo.de mailbox.org
  orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr libero.it virgilio.it tiscali.it alice.it tin.it
  sapo.pt iol.pt telenet.be skynet.be ziggo.nl kpnmail.nl planet.nl bluewin.ch
  btinternet.com btopenworld.com virginmedia.com sky.com talktalk.net ntlworld.com blueyonder.co.uk
  comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net juno.com
  rogers.com shaw.ca sympatico.ca bigpond.com optusnet.com.au xtra.co.nz
  uol.com.br bol.com.br terra.com.br ig.com.br
  mail.ru bk.ru inbox.ru list.ru yandex.ru yandex.com ya.ru rambler.ru ukr.net i.ua seznam.cz email.cz centrum.cz
  wp.pl o2.pl onet.pl interia.pl abv.bg mail.bg freemail.hu citromail.hu
  qq.com foxmail.com 163.com 126.com yeah.net sina.com sina.cn sohu.com aliyun.com
  naver.com hanmail.net daum.net nate.com rediffmail.com docomo.ne.jp ezweb.ne.jp softbank.ne.jp
  mailinator.com guerrillamail.com 10minutemail.com yopmail.com temp-mail.org duck.com simplelogin.com mozmail.com
  `
    .trim()
    .split(/\s+/),
);
