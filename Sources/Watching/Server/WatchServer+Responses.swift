internal import FlyingFox
internal import Foundation

extension WatchServer {
  /// What is sent as one body.
  private struct Document {
    let type: String
    let text: String
  }

  /// What every response says: nothing is stored, sent on or put into another page, and the page runs and asks for
  /// nothing but what comes from here.
  private static let protections: HTTPHeaders = [
    HTTPHeader("Cache-Control"): "no-store",
    HTTPHeader("Content-Security-Policy"):
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
      + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    HTTPHeader("Cross-Origin-Opener-Policy"): "same-origin",
    HTTPHeader("Cross-Origin-Resource-Policy"): "same-origin",
    HTTPHeader("Referrer-Policy"): "no-referrer",
    HTTPHeader("X-Content-Type-Options"): "nosniff",
  ]

  /// Answers a request.
  func response(to request: HTTPRequest) async -> HTTPResponse {
    let path = request.target.path()
    let verdict = check?.verdict(
      method: request.method.rawValue, path: path, host: request.headers[.host],
      origin: request.headers[HTTPHeader("Origin")])
    let isHead = request.method == .HEAD
    switch verdict {
    case nil, .forbidden?:
      return response(.forbidden, plain: "the address is not that which was printed", isHead)
    case .notAllowed?:
      return response(
        .methodNotAllowed, plain: "nothing can be changed here", isHead,
        [HTTPHeader("Allow"): "GET, HEAD"])
    case .incomplete?:
      return response(.permanentRedirect, plain: "", isHead, [.location: path + "/"])
    case .allowed("events")?:
      let headers = self.headers(type: "text/event-stream; charset=utf-8")
      return isHead
        ? HTTPResponse(statusCode: .ok, headers: headers)
        : HTTPResponse(
          statusCode: .ok, headers: headers,
          body: HTTPBodySequence(from: StatusEvents(watch: watch)))
    case .allowed("scores")?:
      guard let generation = number("generation", of: request),
        let from = number("from", of: request)
      else {
        return response(.badRequest, plain: "generation and from are numbers", isHead)
      }
      return response(
        .ok,
        Document(
          type: "application/json", text: watch.scores(generation: generation, from: from)),
        isHead)
    case .allowed("network.svg")?:
      guard let generation = number("generation", of: request),
        let network = number("network", of: request)
      else {
        return response(.badRequest, plain: "generation and network are numbers", isHead)
      }
      return await drawing(of: watch.network(network, generation: generation), isHead)
    case .allowed(let name)?:
      guard let document = file(name) else {
        return response(.notFound, plain: "there is nothing of this name", isHead)
      }
      return response(.ok, document, isHead)
    }
  }

  /// A drawing stands alone where it is opened in a window of its own: the colours are in the file.
  private static let drawingProtections: HTTPHeaders = [
    HTTPHeader("Content-Security-Policy"):
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
  ]

  /// The drawing of a network, or a line that says why there is none.
  private func drawing(of network: WatchedNetwork?, _ isHead: Bool) async -> HTTPResponse {
    guard let network else {
      return response(.notFound, plain: "there is no network of this number any more", isHead)
    }
    switch await drawings.drawing(of: network) {
    case .success(let text):
      return response(
        .ok, Document(type: "image/svg+xml; charset=utf-8", text: text), isHead,
        Self.drawingProtections)
    case .failure(let reason):
      return response(.notFound, plain: reason.description, isHead)
    }
  }

  /// The files of the page.
  private func file(_ name: String) -> Document? {
    switch name {
    case "": Document(type: "text/html; charset=utf-8", text: WatchPage.document)
    case "style.css": Document(type: "text/css; charset=utf-8", text: WatchStyle.sheet)
    case "data.js": Document(type: "text/javascript; charset=utf-8", text: WatchScript.data)
    case "plot.js": Document(type: "text/javascript; charset=utf-8", text: WatchScript.plot)
    case "table.js": Document(type: "text/javascript; charset=utf-8", text: WatchScript.table)
    case "view.js": Document(type: "text/javascript; charset=utf-8", text: WatchScript.view)
    case "network.js":
      Document(type: "text/javascript; charset=utf-8", text: WatchScript.network)
    case "watch.js": Document(type: "text/javascript; charset=utf-8", text: WatchScript.watch)
    default: nil
    }
  }

  private func number(_ name: String, of request: HTTPRequest) -> Int? {
    request.query[name].flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
  }

  private func response(
    _ status: HTTPStatusCode, plain text: String, _ isHead: Bool, _ more: HTTPHeaders = [:]
  ) -> HTTPResponse {
    response(
      status, Document(type: "text/plain; charset=utf-8", text: text.isEmpty ? "" : text + "\n"),
      isHead, more)
  }

  private func response(
    _ status: HTTPStatusCode, _ document: Document, _ isHead: Bool, _ more: HTTPHeaders = [:]
  ) -> HTTPResponse {
    var headers = self.headers(type: document.type)
    for header in more.keys { headers.setValues(more.values(for: header), for: header) }
    let body = Data(document.text.utf8)
    headers[.contentLength] = "\(body.count)"
    return HTTPResponse(
      statusCode: status, headers: headers,
      body: HTTPBodySequence(data: isHead ? Data() : body, suggestedBufferSize: 1 << 16))
  }

  private func headers(type: String) -> HTTPHeaders {
    var headers = Self.protections
    headers[.contentType] = type
    return headers
  }
}
