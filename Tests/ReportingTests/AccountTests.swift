import Dissection
import Foundation
import Judging
import Planning
import Reporting
import Testing

/// How the account of a capture is written.
@Suite struct AccountTests {
  private let account = Account(Sample.judgement.scene)

  @Test func everyTableHasAHeadAndItsRowsAsCSV() {
    for part in Account.Part.allCases {
      let table = account.table(part)
      let lines = table.csv.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.count == table.rowCount + 2 && lines.last == "", "\(part)")
      let columns = lines[0].split(separator: ",").count
      for line in lines.dropFirst().dropLast() {
        #expect(line.split(separator: ",", omittingEmptySubsequences: false).count == columns, "\(part): \(line)")
      }
    }
  }

  @Test func jsonLinesSayTheSameAsTheCSV() throws {
    for part in Account.Part.allCases {
      let table = account.table(part)
      let heads = try #require(table.csv.split(separator: "\n").first).split(separator: ",").map(String.init)
      let rows = table.jsonLines.split(separator: "\n")
      #expect(rows.count == table.rowCount, "\(part)")
      for row in rows {
        let object = try #require(try JSONSerialization.jsonObject(with: Data(row.utf8)) as? [String: Any])
        #expect(Set(object.keys) == Set(heads + ["table"]), "\(part)")
        #expect(object["table"] as? String == part.rawValue)
      }
    }
    #expect(account.jsonLines == Account.Part.allCases.map { account.table($0).jsonLines }.joined())
  }

  @Test func aChokeTimelineAsCSV() {
    #expect(
      account.table(.chokes).csv == """
        at,frame,connection,from,change,to,interested,rateReceived,rateSent,window,rank,candidates,cause,slot,why,lasted,censored
        2.000000000,5,0,seed,unchoke,leecher,1,0,0,20.000000000,,1,grid,,,3.000000000,0
        5.000000000,8,0,seed,choke,leecher,1,0,819,20.000000000,,1,grid,,,1.000000000,1

        """)
  }

  @Test func tablesForPeopleKeepToTheWidth() {
    let style = TerminalStyle(coloured: false)
    for part in Account.Part.allCases {
      for width in [60, 100] {
        let rows = account.table(part).lines(width: width, style: style)
        // Numbers are never cut; in a narrow window a line of them may be longer.
        #expect(width < 100 || rows.allSatisfy { $0.count <= width }, "\(part): \(rows)")
      }
    }
    let peers = account.table(.peers).lines(width: 100, style: style)
    #expect(peers.first == "peers: 2")
    #expect(account.table(.messages).heading == "messages of 1 connection")
    #expect(peers.contains { $0.contains("seed") && $0.contains("16.0 KiB") }, "\(peers)")
  }

  @Test func theBusiestConnectionsSayOfHowMany() {
    #expect(account.busiest(1).rowCount == 0, "no byte went over it")
    let scene = Sample.judgement.scene
    var trace = scene.trace
    trace.connections[0].b.streamBytes = 16_500
    let account = Account(Judge.judge(plan: scene.plan, record: scene.record, trace: trace).scene)
    #expect(account.busiest(1).rowCount == 2)
    #expect(account.busiest(1).heading == "connections that carried anything")
    #expect(account.busiest(0).heading == "connections that carried most: 0 of 1")
  }

  @Test func aFieldWithACommaIsQuoted() {
    var judgement = Sample.judgement
    var plan = judgement.scene.plan
    plan.peers[0].name = "a, \"b\""
    judgement = Judge.judge(plan: plan, record: judgement.scene.record, trace: judgement.scene.trace)
    let csv = Account(judgement.scene).table(.pairs).csv
    #expect(csv.contains("\n\"a, \"\"b\"\"\",leecher,16384,1,"), "\(csv)")
  }

  @Test func aCommaOrAQuoteUnderACombiningMarkIsQuoted() {
    var plan = Sample.judgement.scene.plan
    plan.peers[0].name = "a,\u{301} \"\u{301}b"
    let judgement = Judge.judge(
      plan: plan, record: Sample.judgement.scene.record, trace: Sample.judgement.scene.trace)
    let csv = Account(judgement.scene).table(.pairs).csv
    let line = "\"a,\u{301} \"\"\u{301}b\",leecher,16384,1,"
    #expect(Array(csv.utf8).split(separator: 0x0A).contains { $0.starts(with: line.utf8) }, "\(csv)")
  }
}
