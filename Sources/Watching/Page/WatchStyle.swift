internal import Figures

/// The look of the page, with the inks of figures and of the report.
enum WatchStyle {
  /// The style sheet: no font, image or rule comes from elsewhere.
  static let sheet = """
    :root{color-scheme:light dark}
    \(Ink.properties(of: ":root"))
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
    body{margin:0;background:var(--paper);color:var(--ink);\
    font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif}
    header,main{max-width:1120px;margin:0 auto;padding:0 16px}
    main{padding-bottom:32px}
    h1{font-size:1.4rem;line-height:1.25;margin:20px 0 8px;overflow-wrap:anywhere}
    h1 span{color:var(--soft);font-weight:400}
    h2{font-size:1.15rem;line-height:1.3;margin:0 0 8px;padding-top:16px;border-top:2px solid var(--rule)}
    section{margin:20px 0}
    p{margin:8px 0;overflow-wrap:anywhere}
    a{color:var(--first)}
    progress{display:block;width:100%;height:14px;accent-color:var(--first)}
    [hidden]{display:none}
    #problem{border-left:4px solid var(--second);padding-left:12px;color:var(--second);font-weight:600}
    #progress,#shown,td{font-variant-numeric:tabular-nums}
    #shown,#pointed,figcaption{color:var(--soft);font-size:.9375rem;min-height:1.5em}
    .unseen{position:absolute;width:1px;height:1px;margin:0;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
    .controls{display:flex;flex-wrap:wrap;gap:8px 12px;align-items:center}
    .controls label{display:inline-flex;gap:8px;align-items:center;max-width:100%}
    select,input,button{font:inherit;color:var(--ink);background:var(--paper);border:1px solid var(--soft);\
    border-radius:4px;padding:4px 8px;min-height:36px;max-width:100%}
    select{min-width:0;width:14em}
    input[type=search]{width:18em}
    input[type=checkbox]{width:20px;min-height:20px;accent-color:var(--first)}
    button{cursor:pointer}
    a:focus-visible,select:focus-visible,input:focus-visible,button:focus-visible,#scroller:focus-visible,\
    #picture:focus-visible\
    {outline:2px solid var(--first);outline-offset:2px}
    figure{margin:12px 0 0}
    canvas{display:block;width:100%;height:min(420px,70vw)}
    #scroller{overflow:auto;contain:content;height:min(70vh,640px);border:1px solid var(--rule);overscroll-behavior:contain}
    table{border-collapse:separate;border-spacing:0;min-width:100%}
    th,td{height:32px;padding:0 12px 0 0;text-align:right;white-space:nowrap;border-bottom:1px solid var(--rule)}
    th{position:sticky;top:0;z-index:1;background:var(--paper);border-bottom:2px solid var(--soft)}
    th button{border:0;padding:4px 8px;font-weight:600;white-space:nowrap;max-width:22em;overflow:hidden;\
    text-overflow:ellipsis}
    th button:focus-visible{outline-offset:-2px}
    th[aria-sort=ascending] button::after{content:" \u{2191}"/""}
    th[aria-sort=descending] button::after{content:" \u{2193}"/""}
    th:first-child,td:first-child{text-align:left}
    td{padding-left:8px}
    td:first-child{max-width:min(46em,60vw);overflow:hidden;text-overflow:ellipsis;\
    font:.8125rem/1 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
    tr.filler td{padding:0;border:0;height:auto}
    tr.front td:first-child{color:var(--second);font-weight:600}
    td .name{display:block;width:100%;height:31px;min-height:0;padding:0;border:0;border-radius:0;background:none;font:inherit;\
    color:var(--first);text-align:left;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
    td .name:hover{text-decoration:underline}
    td .name:focus-visible{outline-offset:-2px}
    tr.front .name{color:inherit}
    tbody tr:not(.filler){cursor:pointer}
    td.none{color:var(--soft)}
    dialog{width:min(1120px,100vw - 16px);max-width:none;max-height:calc(100vh - 16px);max-height:calc(100dvh - 16px);\
    padding:0;border:1px solid var(--soft);border-radius:6px;background:var(--paper);color:var(--ink);overflow:auto;\
    overscroll-behavior:contain}
    dialog::backdrop{background:rgb(0 0 0/.5)}
    #sheet{padding:16px}
    #sheet h2{padding:0;border:0;font:600 1rem/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;\
    white-space:pre-wrap;overflow-wrap:anywhere}
    #network-place{color:var(--soft);font-size:.9375rem}
    #drawing-note:empty{display:none}
    button[aria-disabled=true]{color:var(--soft);border-style:dashed;cursor:default}
    dl{display:flex;flex-wrap:wrap;gap:4px 24px;margin:12px 0;font-variant-numeric:tabular-nums}
    dl div{display:flex;gap:8px;min-width:0}
    dt{color:var(--soft)}
    dd{margin:0;font-weight:600}
    dt,dd{min-width:0;overflow-wrap:anywhere}
    #picture{overflow:auto;margin-top:12px;border:1px solid var(--rule)}
    #drawing{display:block;max-width:none;margin:0 auto}
    @media (max-width:640px){
    .controls label{flex:1 1 60%}
    .controls label.check{flex:none}
    .controls select,.controls input[type=search]{flex:1;width:auto;min-width:0}
    td:first-child{max-width:48vw}
    }

    """
}
