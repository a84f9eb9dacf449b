"""What operators call the states of accounts and applications: for what people read, such as an SMS."""

from collections.abc import Mapping

from fund.port import Stage

STAGES: Mapping[Stage, str] = {
    Stage.ACCEPTED: "已受理",
    Stage.FIRST_REVIEW: "初审",
    Stage.SECOND_REVIEW: "复审",
    Stage.APPROVED: "审批通过",
    Stage.SIGNED: "已签约",
    Stage.DISBURSED: "已放款",
    Stage.REJECTED: "未通过",
}
