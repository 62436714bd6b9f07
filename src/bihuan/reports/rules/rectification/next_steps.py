from bihuan.reports.rules.chapters import Chapter

CHAPTER = Chapter(id="next_steps", heading="下阶段工作安排", free="next_steps")

DEFAULTS = {
    "next_steps": (
        "下一步，我市将继续以“七张问题清单”为抓手，对尚未完成的反馈问题逐项倒排工期、挂图作战，"
        "按期完成整改、验收和销号；对已销号问题开展“回头看”，严防反弹回潮；"
        "举一反三排查同类问题，完善长效机制，不断提高人民群众对生态环境的满意度和获得感。"
    ),
}
