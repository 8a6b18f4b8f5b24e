-- CreateTable
CREATE TABLE "TargetEvent" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "nodeName" TEXT NOT NULL,
    "instance" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,
    "at" DATETIME NOT NULL,
    "upstream" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "detail" JSONB NOT NULL
);

-- CreateIndex
CREATE INDEX "TargetEvent_upstream_target_id_idx" ON "TargetEvent"("upstream", "target", "id");

-- CreateIndex
CREATE INDEX "TargetEvent_upstream_id_idx" ON "TargetEvent"("upstream", "id");

-- CreateIndex
CREATE INDEX "TargetEvent_at_idx" ON "TargetEvent"("at");

-- CreateIndex
CREATE UNIQUE INDEX "TargetEvent_nodeName_instance_seq_key" ON "TargetEvent"("nodeName", "instance", "seq");
