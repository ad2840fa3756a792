public import Figures

/// The look of the report, with the inks of its figures.
public enum ReportStyle {
  /// The inks of text, each with the ink that it stands on.
  public static let pairs: [(text: Ink, ground: Ink)] = [
    (.ink, .paper), (.soft, .paper), (.first, .paper), (.third, .paper), (.second, .paper),
    (.ink, .rule),
  ]

  /// The style sheet: no font, image or rule comes from elsewhere.
  static let sheet = """
    :root{color-scheme:light dark}
    \(Ink.properties(of: ":root"))\(Ink.rules)
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
    body{margin:0;background:var(--paper);color:var(--ink);\
    font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif}
    header,main,footer{max-width:1120px;margin:0 auto;padding:0 16px}
    h1{font-size:1.7rem;line-height:1.2;margin:32px 0 8px}
    h2{font-size:1.3rem;line-height:1.3;margin:0 0 8px;padding-top:24px;border-top:2px solid var(--rule)}
    h3{font-size:1.05rem;margin:24px 0 8px}
    section{margin:32px 0}
    p{margin:8px 0;max-width:75ch}
    a{color:var(--first)}
    a:focus-visible,summary:focus-visible,.wide:focus-visible{outline:2px solid var(--first);outline-offset:2px}
    h1,h2,h3,p,td,th,dd,figcaption,a{overflow-wrap:anywhere}
    nav ol{columns:2;column-gap:32px;padding-left:1.4em}
    table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
    th,td{text-align:left;vertical-align:top;padding:6px 12px 6px 0;border-bottom:1px solid var(--rule)}
    thead th{border-bottom:2px solid var(--soft);overflow-wrap:normal}
    tbody th{font-weight:600}
    .beside{display:block;color:var(--soft);font-size:.875rem;font-weight:400}
    .none{color:var(--soft)}
    .verdict{font-weight:600}
    .inside{color:var(--third)}
    .above{color:var(--first)}
    .below{color:var(--second)}
    .wide.verdict{color:var(--soft)}
    .conclusion{border-left:4px solid var(--first);padding-left:12px}
    pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--rule);padding:10px 12px;margin:4px 0 12px;\
    border-radius:4px;font:.85rem/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
    dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;margin:8px 0}
    dt{color:var(--soft)}
    dd{margin:0}
    summary{cursor:pointer;padding:4px 0}
    figure{margin:24px 0}
    .panels{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:8px}
    .panels svg{width:100%;height:auto}
    .wide{overflow-x:auto}
    .wide svg{min-width:640px;max-width:900px}
    figcaption{max-width:75ch;font-size:.9375rem;color:var(--soft)}
    figcaption b{color:var(--ink)}
    footer{color:var(--soft);padding-bottom:48px}
    @media (min-width:960px){td[data-label] span{white-space:nowrap}}
    @media (max-width:640px){
    nav ol{columns:1}
    table,tbody,tr,th,td{display:block}
    thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
    tr{padding:10px 0;border-bottom:1px solid var(--rule)}
    tbody th,td{border:0;padding:1px 0}
    td[data-label]{display:grid;grid-template-columns:7.5em 1fr;gap:8px}
    td[data-label]::before{content:attr(data-label);color:var(--soft)}
    dl{grid-template-columns:1fr}
    dd{margin-bottom:6px}
    }
    @media print{section{break-inside:auto}figure,tr{break-inside:avoid}details{display:block}}
    """
}
